package dev.inferlab.gateway.model;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What was known of a version when it was made: what its import said (a user, or a catalogue's
 * entry), or what it took over from its root. It holds again when a change is taken back.
 *
 * @param task null: to be guessed
 * @param inputSpec null: to be guessed
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record CameWith(String task, InputSpec inputSpec) {
  static final CameWith NOTHING = new CameWith(null, null);
}
