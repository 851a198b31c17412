package dev.inferlab.benchmarks.openvino;

import java.nio.file.Path;

/**
 * One comparison: both programs run this model with these settings.
 *
 * @param name the model, for people
 * @param requests in flight at once; 1 when synchronous
 */
record Scenario(String name, Path model, boolean async, int streams, int requests) {

  String api() {
    return async ? "async" : "sync";
  }
}
