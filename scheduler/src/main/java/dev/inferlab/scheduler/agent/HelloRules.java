package dev.inferlab.scheduler.agent;

import com.google.protobuf.Duration;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.proto.agent.v1.Hello;
import dev.inferlab.proto.agent.v1.Refuse;
import dev.inferlab.proto.job.v1.Device;
import dev.inferlab.scheduler.text.Texts;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/** What an agent must say of itself before it is worked with. */
final class HelloRules {

  static final int PROTOCOL = 1;

  private static final int MOST_SLOTS = 1_024;
  private static final int MOST_DEVICES = 64;
  private static final int MOST_KINDS = 256;
  private static final int MOST_LIVE = MOST_SLOTS + MOST_DEVICES;
  private static final int MOST_NAME = 200;
  private static final int MOST_TEXT = 1_000;
  private static final int MOST_BYTES = 256 * 1024;
  private static final Pattern UUID_TEXT =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  private HelloRules() {}

  /** Why not, if not. */
  static Optional<Refuse> refuse(Hello hello) {
    if (hello.getProtocol() != PROTOCOL) {
      return Optional.of(
          refusal(
              ProblemCode.AGENT_PROTOCOL_UNSUPPORTED,
              "This scheduler speaks protocol %d, the agent %d."
                  .formatted(PROTOCOL, hello.getProtocol()),
              0));
    }
    return invalid(hello).map(why -> refusal(ProblemCode.AGENT_HELLO_INVALID, why, 0));
  }

  static Refuse refusal(ProblemCode code, String detail, int retryAfterSeconds) {
    return Refuse.newBuilder()
        .setCode(code.name())
        .setDetail(detail + " " + code.advice())
        .setRetryAfter(Duration.newBuilder().setSeconds(retryAfterSeconds))
        .build();
  }

  static boolean isUuid(String text) {
    return UUID_TEXT.matcher(text).matches();
  }

  static UUID targetId(Hello hello) {
    return UUID.fromString(hello.getTargetId());
  }

  private static Optional<String> invalid(Hello hello) {
    if (!isUuid(hello.getTargetId())) {
      return Optional.of("target_id is not a lower-case UUID.");
    }
    if (hello.getName().isBlank() || !Texts.isPlain(hello.getName(), MOST_NAME)) {
      return Optional.of("name is empty, too long or has control characters.");
    }
    if (hello.getSlots() < 0 || hello.getSlots() > MOST_SLOTS) {
      return Optional.of("slots is not between 0 and %d.".formatted(MOST_SLOTS));
    }
    if (hello.getSerializedSize() > MOST_BYTES || hello.getLiveCount() > MOST_LIVE) {
      return Optional.of("it is too large.");
    }
    if (!Texts.isPlain(hello.getAgentVersion(), MOST_NAME)
        || !Texts.isPlain(hello.getRuntimeVersion(), MOST_NAME)) {
      return Optional.of("a version is too long or has control characters.");
    }
    if (hello.getJobKindsCount() > MOST_KINDS
        || !hello.getJobKindsList().stream().allMatch(Texts::isName)) {
      return Optional.of("job_kinds has too many or a name that is none.");
    }
    if (!Texts.areLabels(hello.getLabelsMap())) {
      return Optional.of("labels has too many, or one that is empty or too long.");
    }
    return invalidDevices(hello);
  }

  private static Optional<String> invalidDevices(Hello hello) {
    Set<String> ids = new HashSet<>();
    for (Device device : hello.getDevicesList()) {
      if (!Texts.isName(device.getId()) || !ids.add(device.getId())) {
        return Optional.of("a device's id is no name, or there twice.");
      }
      if (!Texts.isPlain(device.getFullName(), MOST_NAME)
          || device.getReason().length() > MOST_TEXT) {
        return Optional.of("a device's text is too long or has control characters.");
      }
    }
    return ids.size() > MOST_DEVICES
        ? Optional.of("there are too many devices.")
        : Optional.empty();
  }
}
