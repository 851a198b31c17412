package dev.inferlab.local.demo;

/** What a demo made, for a closer look. */
public record DemoRun(String projectId, String experimentId, int fastestPoint) {}
