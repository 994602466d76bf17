(function () {
  var form = document.getElementById('filter');
  if (!form) return;
  form.hidden = false;
  var query = document.getElementById('query'), part = document.getElementById('part'), shown = document.getElementById('shown');
  var rows = [].slice.call(document.querySelectorAll('#found tbody tr'));
  var texts = rows.map(function (row) { return row.textContent.toLowerCase(); });
  function filter() {
    var words = query.value.toLowerCase().split(/\s+/), on = {}, count = 0;
    [].forEach.call(form.querySelectorAll('[name=kind]'), function (box) { on[box.value] = box.checked; });
    rows.forEach(function (row, i) {
      var fits = on[row.dataset.kind] && (!part || !part.value || row.dataset.part === part.value) &&
        words.every(function (word) { return texts[i].indexOf(word) >= 0; });
      row.hidden = !fits;
      if (fits) count++;
    });
    shown.textContent = count + ' of ' + rows.length + ' shown';
  }
  form.addEventListener('input', filter);
  form.addEventListener('submit', function (event) { event.preventDefault(); });
  filter();
})();
