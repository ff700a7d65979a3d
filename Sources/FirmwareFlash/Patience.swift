internal import HostAccess

/// Waiting that ends: a few tries at once, then with sleeps between them, until a limit.
struct Patience {
  /// Tries before the first sleep.
  let quick: Int
  /// Milliseconds between the tries after those.
  let interval: Int
  /// Milliseconds in all.
  let limit: Int

  /// Asks until `isDone`.
  /// - Throws: what `isDone` throws, or a timeout that names `what`.
  func wait(
    for what: @autoclosure () -> String, _ clock: any Clock, until isDone: () throws(FlashError) -> Bool
  ) throws(FlashError) {
    for _ in 0..<quick { if try isDone() { return } }
    let start = clock.milliseconds
    while clock.milliseconds - start < limit {
      clock.sleep(milliseconds: interval)
      if try isDone() { return }
    }
    throw .timeout(what())
  }
}
