package dev.inferlab.modelir.inspect;

import java.util.List;
import java.util.Map;

/** What a static look at an uploaded model found. */
public sealed interface Inspection {

  /**
   * A model that may go to conversion.
   *
   * @param formatVersion the version as the file says it ({@code 11}, {@code opset 13}); may be
   *     empty
   * @param files names of the uploaded files by what they are for; {@link FileRole#TOPOLOGY} has
   *     exactly one
   * @param notes for a person: what is unusual but no reason to refuse
   */
  record Accepted(
      ModelFormat format,
      String formatVersion,
      Map<FileRole, List<String>> files,
      List<TensorInfo> inputs,
      List<TensorInfo> outputs,
      Operations operations,
      List<String> notes)
      implements Inspection {
    public Accepted {
      files = Map.copyOf(files);
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
      notes = List.copyOf(notes);
    }

    /** Name of the file that describes the network. */
    public String topology() {
      return files.get(FileRole.TOPOLOGY).getFirst();
    }
  }

  /** An upload that must not go further; never without a problem. */
  record Refused(List<Problem> problems) implements Inspection {
    public Refused {
      problems = List.copyOf(problems);
      if (problems.isEmpty()) {
        throw new IllegalArgumentException("a refusal needs a reason");
      }
    }
  }
}
