package dev.inferlab.gateway.staging;

import dev.inferlab.platform.artifact.Digest;
import java.nio.file.Path;

/**
 * A file of a request, on this machine's disk until the request ends.
 *
 * @param name as the user gave it, checked; it is not the file's name here
 */
public record StagedFile(String name, Path path, Digest digest) {}
