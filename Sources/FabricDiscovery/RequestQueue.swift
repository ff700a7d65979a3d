/// Requests that wait for their turn, first in, first out.
public struct RequestQueue<Tag> {
  var waiting = Fifo<(tag: Tag, request: FabricRequest)>()

  public init() {}

  public mutating func add(_ request: FabricRequest, tag: Tag) { waiting.append((tag, request)) }
}

/// First in, first out, in one array; what has left is dropped in great pieces.
struct Fifo<Element> {
  private var elements: [Element] = []
  private var first = 0

  var isEmpty: Bool { first == elements.count }
  var count: Int { elements.count - first }

  mutating func append(_ element: Element) { elements.append(element) }

  mutating func popFirst() -> Element? {
    guard first < elements.count else { return nil }
    let element = elements[first]
    first += 1
    if first == elements.count {
      elements.removeAll(keepingCapacity: true)
      first = 0
    } else if first >= 1024, first * 2 >= elements.count {
      elements.removeFirst(first)
      first = 0
    }
    return element
  }
}
