package dev.inferlab.platform.db;

import org.hibernate.reactive.mutiny.Mutiny;

/** Native queries whose rows have one column. */
public final class SingleColumn {
  private SingleColumn() {}

  /**
   * Rows are the column's values, to be cast. They are objects and of no class of their own,
   * because for such a class Hibernate 7.2 does not find the plan again that it made: it makes one
   * for each query and keeps 2,048 of them, which every look-up walks ({@code
   * ImplicitResultClassBuilder} has no {@code equals}).
   */
  public static Mutiny.SelectionQuery<Object> select(Mutiny.Session session, String sql) {
    return session.createNativeQuery(sql, Object.class);
  }
}
