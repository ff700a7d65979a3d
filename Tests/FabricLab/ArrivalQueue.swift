/// What is on its way, by the time it is due; what is due at the same time comes in the order it was put in.
struct ArrivalQueue<Element> {
  private var heap: [(due: Int, number: Int, element: Element)] = []
  private var count = 0

  var nextDue: Int? { heap.first?.due }

  mutating func add(_ element: Element, due: Int) {
    heap.append((due, count, element))
    count += 1
    var child = heap.count - 1
    while child > 0, isBefore(child, (child - 1) / 2) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  /// The next element, if it is due at `now`.
  mutating func take(at now: Int) -> Element? {
    guard let first = heap.first, first.due <= now else { return nil }
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    var parent = 0
    while true {
      let children = [2 * parent + 1, 2 * parent + 2].filter { $0 < heap.count }
      guard let least = children.min(by: isBefore), isBefore(least, parent) else { return first.element }
      heap.swapAt(least, parent)
      parent = least
    }
  }

  private func isBefore(_ a: Int, _ b: Int) -> Bool { (heap[a].due, heap[a].number) < (heap[b].due, heap[b].number) }
}
