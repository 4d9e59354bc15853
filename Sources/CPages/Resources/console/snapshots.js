// Sends a file as it is: no form can. Without it, the page shows the command that does.
'use strict'

const form = document.getElementById('import-form')
const state = document.getElementById('import-state')

document.getElementById('file').addEventListener('change', event => {
  const name = document.getElementById('as')
  const file = event.target.files[0]
  if (file && !name.value) {
    name.value = file.name.replace(/\.sqlite$/, '').replace(/[^A-Za-z0-9_.-]/g, '-').slice(0, 64)
  }
})

form.addEventListener('submit', async event => {
  event.preventDefault()
  const file = document.getElementById('file').files[0]
  const name = document.getElementById('as').value
  state.textContent = 'Sending …'
  try {
    const answer = await fetch(form.dataset.url + encodeURIComponent(name) + '/file', {
      method: 'PUT',
      headers: { 'Content-Type': 'application/vnd.sqlite3' },
      body: file
    })
    if (answer.ok) {
      location.assign(form.dataset.done)
    } else {
      state.textContent = (await answer.json()).error.message
    }
  } catch {
    state.textContent = 'The file could not be sent.'
  }
})
