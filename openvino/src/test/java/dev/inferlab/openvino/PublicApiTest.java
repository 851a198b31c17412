package dev.inferlab.openvino;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Executable;
import java.lang.reflect.Member;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a user's code can see. */
class PublicApiTest {

  @Test
  void nothingNativeIsInItButMemorySegment() throws Exception {
    List<String> seen = new ArrayList<>();
    for (Class<?> type : publicTypes()) {
      Stream.of(type.getMethods(), type.getConstructors(), type.getFields())
          .flatMap(Arrays::stream)
          .map(Member.class::cast)
          .filter(member -> Modifier.isPublic(member.getModifiers()))
          .filter(member -> member.getDeclaringClass() == type)
          .map(PublicApiTest::signature)
          .forEach(seen::add);
    }
    assertThat(seen).hasSizeGreaterThan(250);
    assertThat(seen)
        .allSatisfy(
            signature ->
                assertThat(signature.replace(MemorySegment.class.getName(), ""))
                    .doesNotContain("java.lang.foreign", "java.lang.invoke", ".internal."));
    assertThat(seen).anySatisfy(s -> assertThat(s).contains(MemorySegment.class.getName()));
  }

  /** With the types of generics. */
  private static String signature(Member member) {
    return member instanceof Executable executable
        ? executable.toGenericString()
        : ((java.lang.reflect.Field) member).toGenericString();
  }

  private static List<Class<?>> publicTypes() throws IOException, ReflectiveOperationException {
    Path folder = Path.of("target/classes/dev/inferlab/openvino");
    List<Class<?>> types = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        String name = file.getFileName().toString().replace(".class", "");
        Class<?> type = Class.forName(OpenVino.class.getPackageName() + "." + name);
        if (Modifier.isPublic(type.getModifiers())) {
          types.add(type);
        }
      }
    }
    assertThat(types).contains(Core.class, InferPool.Listener.class).hasSizeGreaterThan(25);
    return types;
  }
}
