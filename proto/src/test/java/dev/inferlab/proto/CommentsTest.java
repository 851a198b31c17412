package dev.inferlab.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whoever writes an agent or a consumer of their own has nothing but these files to go by. */
class CommentsTest {
  private static final Path CONTRACTS =
      Path.of("target/generated-resources/protobuf/descriptor-sets/contracts.protobin");

  @Test
  void everyMessageFieldEnumValueAndCallTellsWhatItMeans() throws IOException {
    FileDescriptorSet contracts = FileDescriptorSet.parseFrom(Files.readAllBytes(CONTRACTS));
    assertThat(contracts.getFileList()).hasSizeGreaterThan(5);

    List<String> silent = new ArrayList<>();
    for (FileDescriptorProto file : contracts.getFileList()) {
      Map<List<Integer>, SourceCodeInfo.Location> places = new HashMap<>();
      file.getSourceCodeInfo()
          .getLocationList()
          .forEach(place -> places.put(place.getPathList(), place));
      for (String list : List.of("message_type", "enum_type", "service")) {
        findSilent(file, list, List.of(), file.getName() + ": ", places, silent);
      }
    }

    assertThat(silent).isEmpty();
  }

  /**
   * Looks at one list of declarations, and at what each of them declares.
   *
   * @param above the way to {@code parent}, as descriptor.proto numbers it
   */
  private static void findSilent(
      Message parent,
      String list,
      List<Integer> above,
      String prefix,
      Map<List<Integer>, SourceCodeInfo.Location> places,
      List<String> silent) {
    FieldDescriptor field = parent.getDescriptorForType().findFieldByName(list);
    if (field == null) {
      return;
    }
    for (int i = 0; i < parent.getRepeatedFieldCount(field); i++) {
      Message declared = (Message) parent.getRepeatedField(field, i);
      if (declared instanceof DescriptorProto message && message.getOptions().getMapEntry()) {
        continue; // protoc makes these; nobody wrote them
      }
      List<Integer> path = new ArrayList<>(above);
      path.add(field.getNumber());
      path.add(i);
      String name =
          prefix + declared.getField(declared.getDescriptorForType().findFieldByName("name"));
      SourceCodeInfo.Location place = places.get(path);
      if (place.getLeadingComments().isBlank() && place.getTrailingComments().isBlank()) {
        silent.add(name);
      }
      for (String inner :
          List.of("field", "value", "method", "nested_type", "enum_type", "extension")) {
        findSilent(declared, inner, path, name + ".", places, silent);
      }
    }
  }
}
