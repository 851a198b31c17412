package dev.inferlab.agent.config;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The settings as texts, from the command line before the environment before the defaults. */
final class Settings {
  private static final Pattern SIZE = Pattern.compile("(\\d+)\\s*(B|KiB|MiB|GiB|TiB)?");
  private static final Pattern TIME = Pattern.compile("(\\d+)\\s*(ms|s|m)");
  private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB");

  private final Map<Option, String> texts = new EnumMap<>(Option.class);

  Settings(List<String> arguments, Map<String, String> environment) {
    for (Option option : Option.values()) {
      texts.put(option, environment.getOrDefault(option.variable(), option.defaultText()));
    }
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      String flag = equals < 0 ? argument : argument.substring(0, equals);
      Option option = byFlag(flag);
      if (equals < 0) {
        throw new InvalidConfigException("Write " + flag + "=VALUE: " + option.help() + ".");
      }
      texts.put(option, argument.substring(equals + 1));
    }
  }

  private static Option byFlag(String flag) {
    for (Option option : Option.values()) {
      if (option.flag().equals(flag)) {
        return option;
      }
    }
    throw new InvalidConfigException("There is no option " + flag + "; see --help.");
  }

  String text(Option option) {
    return texts.get(option).strip();
  }

  int integer(Option option, int min, int max) {
    try {
      int value = Integer.parseInt(text(option));
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // said below, together with the range
    }
    throw wrong(option, "a whole number from " + min + " to " + max);
  }

  long bytes(Option option) {
    Matcher matcher = SIZE.matcher(text(option));
    if (!matcher.matches() || matcher.group(1).length() > 15) {
      throw wrong(option, "a size such as 512MiB or 20GiB");
    }
    int power = matcher.group(2) == null ? 0 : UNITS.indexOf(matcher.group(2));
    return Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << (10 * power));
  }

  Duration duration(Option option) {
    Matcher matcher = TIME.matcher(text(option));
    if (!matcher.matches() || matcher.group(1).length() > 9) {
      throw wrong(option, "a time such as 500ms, 10s or 2m");
    }
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      default -> Duration.ofMinutes(amount);
    };
  }

  String oneOf(Option option, List<String> allowed) {
    String text = text(option);
    for (String value : allowed) {
      if (value.toUpperCase(Locale.ROOT).equals(text.toUpperCase(Locale.ROOT))) {
        return value;
      }
    }
    throw wrong(option, "one of " + String.join(", ", allowed));
  }

  InvalidConfigException wrong(Option option, String takes) {
    return new InvalidConfigException(
        "%s (or %s) takes %s, not '%s'."
            .formatted(option.flag(), option.variable(), takes, text(option)));
  }
}
