package dev.inferlab.modelir.inspect;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Inspects files one after the other; prints each one's name and the refusal's code. */
final class SmallHeap {
  private SmallHeap() {}

  public static void main(String[] files) throws IOException {
    for (String file : files) {
      Path path = Path.of(file);
      String name = path.getFileName().toString();
      Inspection inspection = new ModelInspector().inspectUnguarded(Map.of(name, path));
      System.out.println(
          name
              + " "
              + (inspection instanceof Inspection.Refused refused
                  ? refused.problems().getFirst().code()
                  : "accepted"));
    }
  }
}
