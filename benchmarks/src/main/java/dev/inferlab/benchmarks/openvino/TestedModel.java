package dev.inferlab.benchmarks.openvino;

import java.nio.file.Path;

/**
 * A model that both programs run.
 *
 * @param name for people
 * @param inputType the element type of its input, as OpenVINO names it
 */
record TestedModel(String name, String inputType, Path path) {}
