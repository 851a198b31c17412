package dev.inferlab.gateway.model;

/**
 * A file of a model as it was uploaded.
 *
 * @param role TOPOLOGY, WEIGHTS, …
 */
public record ModelFile(String name, String sha256, long sizeBytes, String role) {}
