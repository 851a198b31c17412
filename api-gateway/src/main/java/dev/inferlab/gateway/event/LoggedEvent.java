package dev.inferlab.gateway.event;

import java.util.UUID;

/**
 * An event as the log keeps it.
 *
 * @param data JSON text
 */
record LoggedEvent(Position position, String type, UUID experimentId, UUID targetId, String data) {}
