package dev.inferlab.benchmarks.openvino;

/**
 * What one run of one program came to.
 *
 * @param throughputFps inferences a second
 * @param p50Ms median latency in milliseconds
 */
record Measurement(double throughputFps, double p50Ms) {}
