// What all pages do: each works without it but for copying and filling in.
'use strict'

document.addEventListener('click', async event => {
  const copier = event.target.closest('[data-copy]')
  if (copier) {
    const source = document.getElementById(copier.dataset.copy)
    const text = 'value' in source ? source.value : source.textContent
    try {
      await navigator.clipboard.writeText(text)
      announce(copier, 'Copied')
    } catch {
      getSelection().selectAllChildren(source)
      announce(copier, 'Selected: press Ctrl+C')
    }
    return
  }
  const filler = event.target.closest('[data-fill]')
  if (filler) {
    for (const field of document.getElementById(filler.dataset.fill).elements) {
      if (field.dataset.example === undefined) continue
      if (field.type === 'checkbox' || field.type === 'radio') field.checked = true
      else field.value = field.dataset.example
      field.dispatchEvent(new Event('input', { bubbles: true }))
    }
  }
})

document.addEventListener('submit', event => {
  const form = event.target
  const question = event.submitter?.dataset.confirm ?? form.dataset.confirm
  if (question && !confirm(question)) {
    event.preventDefault()
    return
  }
  // A second click sends nothing; a page that comes back from the browser's memory may send again.
  if (form.dataset.sent) event.preventDefault()
  else if (form.method === 'post' && form.dataset.repeatable === undefined) form.dataset.sent = 'yes'
})

addEventListener('pageshow', event => {
  // What was shown once must not come back from the browser's memory of the page.
  if (event.persisted && document.querySelector('.secret')) location.reload()
  for (const form of document.forms) delete form.dataset.sent
})

// Says for two seconds what a button did, also to those who do not see it.
function announce(button, text) {
  if (button.dataset.says) return
  button.dataset.says = text
  // Parts of a label may be for those alone who do not see it.
  const before = [...button.childNodes]
  button.setAttribute('aria-live', 'polite')
  button.replaceChildren(text)
  setTimeout(() => {
    button.replaceChildren(...before)
    delete button.dataset.says
  }, 2000)
}
