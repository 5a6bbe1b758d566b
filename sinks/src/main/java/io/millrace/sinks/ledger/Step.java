package io.millrace.sinks.ledger;

import io.millrace.core.ledger.RunHead;

/**
 * What is due for a plan, by what the store shows. Every fact only ever goes from no to yes, so
 * that a step that was due once and is done again by somebody late finds it done.
 *
 * <table>
 *   <caption>The first row that holds decides</caption>
 *   <tr><th>found</th><th>step</th><th>the plan is</th></tr>
 *   <tr><td>no head, or that of an earlier plan; fewer markers than units</td>
 *       <td>{@link #LOAD}: nothing</td><td>Loading</td></tr>
 *   <tr><td>no head, or that of an earlier plan; every unit marked</td>
 *       <td>{@link #MAKE_HEAD}: head n + 1</td><td></td></tr>
 *   <tr><td>a head below the newest, or the newest, not noted as published</td>
 *       <td>{@link #PUBLISH} the lowest of them</td><td></td></tr>
 *   <tr><td>removal not noted, keep_superseded not over</td>
 *       <td>{@link #WAIT}: nothing</td><td>Publishing</td></tr>
 *   <tr><td>removal not noted</td>
 *       <td>{@link #REMOVE} the files of heads below the newest</td><td>Publishing</td></tr>
 *   <tr><td>removal noted</td>
 *       <td>{@link #CLOSE}: sweep what is staged for the plan, remove all of its files if a later one
 *           has the head, drop its entry</td>
 *       <td>Live, or Superseded if the newest head is of a later plan</td></tr>
 * </table>
 */
enum Step {
  LOAD,
  MAKE_HEAD,
  PUBLISH,
  WAIT,
  REMOVE,
  CLOSE;

  /** What the store shows of a plan and its run. */
  sealed interface Found {}

  /**
   * The plan is later than the newest head, if there is one.
   *
   * @param marked how many units have a marker
   * @param size how many units there are
   * @param number what the plan's head will have: it is free only as long as no other plan came
   *     between
   */
  record Ahead(int marked, int size, int number) implements Found {}

  /**
   * The newest head is of this plan or of a later one.
   *
   * @param head the newest
   * @param published the highest number that is noted as published, -1 for none
   * @param kept whether keep_superseded is over since the newest head was published
   * @param removed whether removal below the newest head is noted
   */
  record Decided(RunHead head, int published, boolean kept, boolean removed) implements Found {}

  static Step after(Found found) {
    if (found instanceof Ahead ahead) {
      return ahead.marked < ahead.size ? LOAD : MAKE_HEAD;
    }
    Decided decided = (Decided) found;
    if (decided.published < decided.head.number()) {
      return PUBLISH;
    } else if (decided.removed) {
      return CLOSE;
    }
    return decided.kept ? REMOVE : WAIT;
  }
}
