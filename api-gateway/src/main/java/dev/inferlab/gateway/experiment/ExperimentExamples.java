package dev.inferlab.gateway.experiment;

/** Bodies for the API description; a test sends each of them. */
final class ExperimentExamples {
  static final String ID = "01936b1e-7a00-7000-8000-000000000003";

  static final String GRID =
      """
      {
        "projectId": "01936b1e-7a00-7000-8000-000000000003",
        "kind": "profile",
        "options": {
          "grid": {"batches": [1, 2], "streams": [1, 2]},
          "durationSeconds": 20,
          "warmupSeconds": 2
        }
      }
      """;

  static final String POINTS =
      """
      {
        "projectId": "01936b1e-7a00-7000-8000-000000000003",
        "kind": "profile",
        "priority": 10,
        "options": {
          "points": [{"batch": 1, "streams": 1, "requests": 2}, {"batch": 4, "streams": 2}],
          "repeats": 3,
          "inferencePrecision": "f32",
          "properties": {"ENABLE_CPU_PINNING": "NO"}
        }
      }
      """;

  static final String LATENCY =
      """
      {
        "projectId": "01936b1e-7a00-7000-8000-000000000003",
        "kind": "profile",
        "options": {"grid": {"batches": [1]}, "mode": "latency", "durationSeconds": 5}
      }
      """;

  static final String SHAPES =
      """
      {
        "projectId": "01936b1e-7a00-7000-8000-000000000003",
        "kind": "profile",
        "options": {
          "grid": {"shapes": [[1, 3, 224, 224], [1, 3, 320, 320], [4, 3, 224, 224]], "streams": [1]},
          "durationSeconds": 5
        }
      }
      """;

  static final String AUTO =
      """
      {
        "projectId": "01936b1e-7a00-7000-8000-000000000003",
        "kind": "profile",
        "options": {"auto": true}
      }
      """;

  static final String BATCH =
      """
      {
        "items": [
          {
            "projectId": "01936b1e-7a00-7000-8000-000000000003",
            "kind": "profile",
            "options": {"auto": true, "durationSeconds": 5}
          },
          {
            "projectId": "01936b1e-7a00-7000-8000-000000000003",
            "kind": "profile",
            "options": {"grid": {"batches": [1, 8], "streams": [1]}, "durationSeconds": 5}
          }
        ]
      }
      """;

  private ExperimentExamples() {}
}
