// Entries as they come. Without it the page shows those that were there.
'use strict'

const table = document.getElementById('journal')
const live = document.getElementById('live')
const rowsMax = 200

if (table.dataset.stream) {
  const source = new EventSource(table.dataset.stream)
  source.addEventListener('open', () => { live.textContent = 'Live: entries appear as they come.' })
  source.addEventListener('error', () => {
    live.textContent = 'The connection to the server is lost; the browser tries again.'
  })
  for (const kind of ['request', 'handshake']) {
    source.addEventListener(kind, event => add(JSON.parse(event.data)))
  }
  addEventListener('pagehide', () => source.close())
}

function add(entry) {
  document.getElementById('nothing')?.remove()
  const body = table.tBodies[0]
  const row = body.insertRow(0)
  row.className = 'new'
  const link = element('a', String(entry.sequence))
  link.href = table.dataset.base + '/' + entry.sequence
  const details = element('span', ', details')
  details.className = 'sr'
  link.append(details)
  cell(row, 'digits').append(link)
  cell(row, 'digits').textContent = entry.world_time
  cell(row, 'wide').textContent = what(entry)
  const badge = element('span', result(entry))
  badge.className = 'badge ' + { ok: 'good', refused: 'bad', failed: 'warn' }[entry.outcome]
  cell(row).append(badge)
  const who = cell(row)
  const certificate = entry.presented_certificate ?? entry.presented_chain?.[0]
  if (entry.principal) {
    who.textContent = entry.principal.name
  } else if (certificate) {
    const hint = element('span', 'certificate ' + certificate.serial_number)
    hint.className = 'hint'
    who.append(hint)
  }
  cell(row, 'wide').textContent = entry.reason ?? entry.detail ?? ''
  while (body.rows.length > rowsMax) body.deleteRow(-1)
}

function what(entry) {
  if (entry.kind === 'request') return entry.request.method + ' ' + entry.request.path
  return 'TLS handshake on ' + entry.listener + (entry.server_name ? ' for ' + entry.server_name : '')
}

function result(entry) {
  if (entry.kind === 'request') return String(entry.answer.status || 'none')
  return entry.complete ? entry.tls_version : 'failed'
}

function cell(row, name) {
  const cell = row.insertCell()
  cell.dataset.label = table.tHead.rows[0].cells[cell.cellIndex].textContent.replace(/ \(.*/, '')
  if (name) cell.className = name
  return cell
}

function element(name, text) {
  const element = document.createElement(name)
  element.textContent = text
  return element
}
