package dev.inferlab.modelir.analysis;

/**
 * A guess at a model's task.
 *
 * @param confidence 0 to 1: 0.9 and more when an operation proves it, about 0.5 when only shapes
 *     hint
 * @param reason for a person
 */
public record TaskGuess(Task task, double confidence, String reason) {}
