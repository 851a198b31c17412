package dev.inferlab.platform.problem;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * Where in the user's input the cause lies. What does not apply is null.
 *
 * @param file relative name as the user gave it, or the name of a form's part
 * @param line from 1
 * @param column from 1
 * @param layer name in the model
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Location(String file, Integer line, Integer column, String layer) {
  public Location(String file, Integer line, String layer) {
    this(file, line, null, layer);
  }

  public static Location ofFile(String file) {
    return new Location(file, null, null);
  }
}
