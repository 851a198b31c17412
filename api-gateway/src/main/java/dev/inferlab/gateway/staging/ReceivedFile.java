package dev.inferlab.gateway.staging;

import java.nio.file.Path;

/**
 * A file as it was sent, nothing checked yet.
 *
 * @param name as the user gave it
 */
public record ReceivedFile(String name, Path path) {}
