// Shows what needs the browser's own cryptography, where there is one.
'use strict'

const canMakeKeys = Boolean(globalThis.isSecureContext && globalThis.crypto?.subtle)
for (const part of document.querySelectorAll('[data-needs-webcrypto]')) part.hidden = !canMakeKeys
for (const part of document.querySelectorAll('[data-without-webcrypto]')) part.hidden = canMakeKeys
