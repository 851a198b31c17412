package dev.inferlab.gateway.experiment.profile;

/**
 * One point of a sweep as it was asked for.
 *
 * @param shapes null: the model's own, with the batch
 * @param streams 0 with {@code auto}
 * @param requests 0: the runtime's optimal number
 */
public record Point(
    int index, int batch, InputShapes shapes, int streams, int requests, boolean auto) {}
