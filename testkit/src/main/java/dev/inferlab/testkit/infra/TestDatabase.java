package dev.inferlab.testkit.infra;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/** A database that nobody else uses. */
public record TestDatabase(String address, String name, String user, String password) {
  static TestDatabase create(String address, String user, String password) {
    String name = "t" + UUID.randomUUID().toString().replace("-", "");
    TestDatabase made = new TestDatabase(address, name, user, password);
    made.administer("create database " + name);
    return made;
  }

  /** Removes it and ends whatever still uses it. */
  public void drop() {
    administer("drop database " + name + " with (force)");
  }

  private void administer(String command) {
    String admin = "jdbc:postgresql://" + address + "/postgres";
    try (Connection connection = DriverManager.getConnection(admin, user, password);
        Statement statement = connection.createStatement()) {
      statement.execute(command);
    } catch (SQLException e) {
      throw new IllegalStateException("The test's database cannot be made or removed", e);
    }
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
