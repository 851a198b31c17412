package dev.inferlab.modelir.caffe;

import java.nio.file.Path;

/** Imports a network and writes it: prototxt, caffemodel, IR. */
final class LargeImport {
  private LargeImport() {}

  public static void main(String[] files) throws Exception {
    CaffeImporter.read(Path.of(files[0]), Path.of(files[1])).write(Path.of(files[2]));
  }
}
