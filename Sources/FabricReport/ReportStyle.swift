/// What of the page is the same for every fabric.
enum ReportStyle {
  /// Colours that people with any colour vision can tell apart, and that print (Okabe and Ito); shapes beside them.
  static let css = """
    :root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--dim:#667;--line:#ccd2da;--ok:#a9bdd1;--okp:#c9d5e1;--slow:#e69f00;\
    --down:#d55e00;--err:#7b3294;--box:#f4f6f9;--bad:#b3261e}
    @media (prefers-color-scheme:dark){:root{--bg:#14171c;--fg:#e3e7ec;--dim:#9aa3af;--line:#39414d;--ok:#56708a;--okp:#3d4f62;\
    --slow:#f0b429;--down:#ff7b39;--err:#c98be0;--box:#1e232b;--bad:#ff8a80}}
    body{margin:0 auto;max-width:1800px;padding:12px 20px 30px;background:var(--bg);color:var(--fg);font:14px/1.4 system-ui,sans-serif}
    h1{font-size:22px;margin:0}h2{font-size:16px;margin:22px 0 6px}p{margin:4px 0}header p,footer{color:var(--dim)}
    .fig{display:flex;flex-wrap:wrap;gap:8px;margin-top:12px}.fig div{background:var(--box);border:1px solid var(--line);\
    border-radius:6px;padding:6px 12px;min-width:90px}.fig b{display:block;font-size:22px;font-weight:600}.fig .bad b{color:var(--bad)}
    .inc{border:2px solid var(--bad);border-radius:6px;padding:0 14px 8px;margin-top:12px}.inc h2{color:var(--bad);margin-top:8px}
    table{border-collapse:collapse;font-size:13px}th{text-align:left;border-bottom:2px solid var(--line);padding:3px 10px 3px 0}
    td{border-bottom:1px solid var(--line);padding:2px 10px 2px 0;vertical-align:top;overflow-wrap:anywhere}td.r{text-align:right}
    tr.error td:first-child{color:var(--bad);font-weight:600}tr.info{color:var(--dim)}.adj svg{vertical-align:middle}
    .js th{cursor:pointer}.tools{display:none}.js .tools{display:block}input[type=search]{font:inherit;padding:3px 8px;width:260px}
    .grid{display:flex;flex-wrap:wrap;gap:14px;align-items:flex-start}figure{margin:0;break-inside:avoid;max-width:100%;overflow-x:auto}
    figcaption{font-size:13px;margin-bottom:4px}.hide .well{display:none}svg text{font:9px ui-monospace,"DejaVu Sans Mono",monospace;fill:var(--fg)}
    .k{fill:var(--ok);stroke:none}path.k{fill:none;stroke:var(--ok)}.well .k{fill:var(--okp)}.well path.k{fill:none;stroke:var(--okp)}
    .s rect{fill:none;stroke:var(--slow)}.s .h{fill:var(--slow)}.d rect{fill:none;stroke:var(--down)}.x{fill:none;stroke:var(--down);stroke-width:2}
    .e rect{fill:none;stroke:var(--err)}.e circle{fill:var(--err)}.m rect{fill:none;stroke:var(--bad);stroke-dasharray:2 1.5}
    .over{width:100%;max-width:1180px;display:block}.over text{font:11px system-ui,sans-serif}.over .t{font-weight:600}
    .bar,.pod rect{fill:var(--box);stroke:var(--line)}.pod.bad rect{stroke:var(--bad)}.up{stroke:var(--ok)}
    .legend{display:flex;flex-wrap:wrap;gap:4px 16px;font-size:13px;color:var(--dim)}.legend svg{vertical-align:-2px;margin-right:4px}
    .good{color:var(--dim)}@media print{@page{size:A3 landscape;margin:10mm}body{max-width:none;padding:0}.js .tools{display:none}\
    :root{--bg:#fff;--fg:#000}figure{overflow:visible}}
    """

  /// Filter, hide, sort. The page says everything without it.
  static let script = """
    (function () {
      var d = document, id = function (i) { return d.getElementById(i); };
      d.documentElement.className = 'js';
      var table = id('w'), field = id('f'), note = id('n'), box = id('h');
      function filter() {
        var words = field.value.toLowerCase().split(/\\s+/), shown = 0;
        Array.from(table.tBodies[0].rows).forEach(function (row) {
          var text = row.textContent.toLowerCase();
          row.hidden = !words.every(function (word) { return text.indexOf(word) >= 0; });
          if (!row.hidden) shown += 1;
        });
        note.textContent = shown + ' of ' + table.tBodies[0].rows.length;
      }
      if (table) {
        field.addEventListener('input', filter);
        field.value = decodeURIComponent(location.hash.slice(1));
        filter();
        Array.from(table.tHead.rows[0].cells).forEach(function (head, column) {
          head.addEventListener('click', function () {
            var sign = head.dataset.up ? -1 : 1, body = table.tBodies[0];
            head.dataset.up = sign > 0 ? '1' : '';
            Array.from(body.rows).sort(function (a, b) {
              return sign * a.cells[column].textContent.localeCompare(b.cells[column].textContent, 'en', { numeric: true });
            }).forEach(function (row) { body.appendChild(row); });
          });
        });
      }
      if (box) box.addEventListener('change', function () { d.body.className = box.checked ? 'hide' : ''; });
    })();
    """

  static let legend: String = {
    func sample(_ shapes: String, _ words: String) -> String {
      "<span><svg width=\"13\" height=\"13\" viewBox=\"0 0 13 13\">\(shapes)</svg>\(words)</span>"
    }
    let box = "<rect x=\"1\" y=\"1\" width=\"11\" height=\"11\"/>"
    return "<p class=\"legend\">"
      + sample("<g class=\"k\">\(box)</g>", "a cable")
      + sample("<g class=\"s\">\(box)<path class=\"h\" d=\"M1 1V12H12z\"/></g>", "slow")
      + sample("<g class=\"d\">\(box)<path class=\"x\" d=\"M1 1L12 12M12 1L1 12\"/></g>", "not active")
      + sample(
        "<g class=\"e\">\(box)<circle cx=\"6.5\" cy=\"6.5\" r=\"3.7\"/></g>", "error counters (without PortXmitWait)")
      + sample("<g class=\"m\">\(box)</g>", "missing in the pattern") + "</p>"
  }()
}
