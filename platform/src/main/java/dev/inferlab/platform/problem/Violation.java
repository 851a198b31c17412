package dev.inferlab.platform.problem;

/**
 * One thing that is wrong with a request.
 *
 * @param path where, as in {@code options.grid.batches[1]}; a query parameter or header by its name
 * @param reason what is wrong there, and what would be right
 */
public record Violation(String path, String reason) {}
