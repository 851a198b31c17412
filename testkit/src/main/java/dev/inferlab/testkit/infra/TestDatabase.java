package dev.inferlab.testkit.infra;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/** One database of the shared PostgreSQL. */
public record TestDatabase(String address, String name, String user, String password) {
  static TestDatabase create(Infra infra) {
    String name = "t" + UUID.randomUUID().toString().replace("-", "");
    TestDatabase made =
        new TestDatabase(infra.postgresAddress(), name, infra.user(), infra.password());
    String admin = "jdbc:postgresql://" + infra.postgresAddress() + "/postgres";
    try (Connection connection =
            DriverManager.getConnection(admin, infra.user(), infra.password());
        Statement statement = connection.createStatement()) {
      statement.execute("create database " + name);
    } catch (SQLException e) {
      throw new IllegalStateException("The test's database cannot be made", e);
    }
    return made;
  }

  public String jdbcUrl() {
    return "jdbc:postgresql://" + address + "/" + name;
  }

  /** As Quarkus' reactive datasource takes it. */
  public String reactiveUrl() {
    return "postgresql://" + address + "/" + name;
  }

  /** A plain connection, for looking at tables behind the service's back. */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(jdbcUrl(), user, password);
  }
}
