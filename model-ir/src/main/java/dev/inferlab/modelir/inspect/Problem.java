package dev.inferlab.modelir.inspect;

/**
 * One thing wrong with an upload.
 *
 * @param reason what is wrong and what to do next, for a person
 */
public record Problem(ProblemCode code, String reason, Place place) {}
