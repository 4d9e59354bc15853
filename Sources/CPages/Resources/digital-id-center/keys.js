// Makes a key in the browser, has it certified, and puts both into a PKCS#12 file: with what the
// browser itself has, where it has it.
'use strict'

const canMakeKeys = Boolean(globalThis.isSecureContext && globalThis.crypto?.subtle)
for (const part of document.querySelectorAll('[data-needs-webcrypto]')) part.hidden = !canMakeKeys
for (const part of document.querySelectorAll('[data-without-webcrypto]')) {
  part.classList.toggle('unscripted', canMakeKeys)
}

// --- DER (ITU-T X.690)

function bytes(...parts) {
  const flat = parts.map(part => part instanceof Uint8Array ? part : Uint8Array.from([part].flat()))
  const all = new Uint8Array(flat.reduce((count, part) => count + part.length, 0))
  let at = 0
  for (const part of flat) { all.set(part, at); at += part.length }
  return all
}

function element(tag, ...parts) {
  const content = bytes(...parts)
  const length = []
  for (let rest = content.length; rest > 0; rest >>= 8) length.unshift(rest & 255)
  const head = content.length < 128 ? [content.length] : [128 | length.length, ...length]
  return bytes(tag, head, content)
}

const sequence = (...parts) => element(0x30, ...parts)
const set = (...parts) => element(0x31, ...parts)
const octets = content => element(0x04, content)
const explicit = (...parts) => element(0xa0, ...parts)
const nothing = element(0x05)

function integer(number) {
  const digits = []
  for (let rest = number; rest > 0 || !digits.length; rest >>= 8) digits.unshift(rest & 255)
  return element(0x02, digits[0] > 127 ? [0, ...digits] : digits)
}

// An unsigned number in bytes, as short as it may be.
function unsigned(number) {
  let start = 0
  while (start < number.length - 1 && number[start] === 0) start += 1
  const digits = number.subarray(start)
  return element(0x02, digits[0] > 127 ? [0] : [], digits)
}

function objectIdentifier(text) {
  const [first, second, ...rest] = text.split('.').map(Number)
  const encoded = [first * 40 + second]
  for (const arc of rest) {
    const digits = [arc & 127]
    for (let more = arc >> 7; more > 0; more >>= 7) digits.unshift(128 | (more & 127))
    encoded.push(...digits)
  }
  return element(0x06, encoded)
}

const utf8 = text => new TextEncoder().encode(text)

// UTF-16, most significant byte first: BMPString.
function utf16(text) {
  const units = [...Array(text.length).keys()].map(index => text.charCodeAt(index))
  return Uint8Array.from(units.flatMap(unit => [unit >> 8, unit & 255]))
}

// --- The key, and the request for its certificate (RFC 2986)

const kinds = {
  'p-256': { make: { name: 'ECDSA', namedCurve: 'P-256' }, hash: 'SHA-256', oid: '1.2.840.10045.4.3.2' },
  'p-384': { make: { name: 'ECDSA', namedCurve: 'P-384' }, hash: 'SHA-384', oid: '1.2.840.10045.4.3.3' },
}
for (const modulusLength of [2048, 3072, 4096]) {
  const publicExponent = Uint8Array.from([1, 0, 1])
  const make = { name: 'RSASSA-PKCS1-v1_5', modulusLength, publicExponent, hash: 'SHA-256' }
  kinds[`rsa-${modulusLength}`] = { make, hash: 'SHA-256', oid: '1.2.840.113549.1.1.11' }
}

async function makeRequest(kind, pair, name) {
  const isRSA = kind.make.name !== 'ECDSA'
  const commonName = sequence(objectIdentifier('2.5.4.3'), element(0x0c, utf8(name)))
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('spki', pair.publicKey))
  const info = sequence(integer(0), sequence(set(commonName)), publicKey, explicit())
  const algorithm = { name: kind.make.name, hash: kind.hash }
  let signature = new Uint8Array(await crypto.subtle.sign(algorithm, pair.privateKey, info))
  if (!isRSA) {
    // WebCrypto gives both numbers one after the other; X.509 wants a sequence (RFC 3279).
    const half = signature.length / 2
    signature = sequence(unsigned(signature.subarray(0, half)), unsigned(signature.subarray(half)))
  }
  const identifier = sequence(objectIdentifier(kind.oid), isRSA ? nothing : [])
  return sequence(info, identifier, element(0x03, 0, signature))
}

function pem(der, label) {
  const text = btoa(der.reduce((all, byte) => all + String.fromCharCode(byte), ''))
  return `-----BEGIN ${label}-----\n${text.match(/.{1,64}/g).join('\n')}\n-----END ${label}-----\n`
}

function certificates(text) {
  const blocks = text.matchAll(/-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/g)
  return [...blocks].map(([, block]) => {
    const decoded = atob(block.replace(/\s/g, ''))
    return Uint8Array.from(decoded, character => character.charCodeAt(0))
  })
}

// --- The file (RFC 7292), protected by PBES2 (RFC 8018) with AES-256 and sealed with SHA-256

const iterations = 10000
const dataType = objectIdentifier('1.2.840.113549.1.7.1')

async function encrypt(content, password) {
  const salt = crypto.getRandomValues(new Uint8Array(16))
  const iv = crypto.getRandomValues(new Uint8Array(16))
  const base = await crypto.subtle.importKey('raw', utf8(password), 'PBKDF2', false, ['deriveKey'])
  const key = await crypto.subtle.deriveKey(
    { name: 'PBKDF2', hash: 'SHA-256', salt, iterations },
    base, { name: 'AES-CBC', length: 256 }, false, ['encrypt'])
  const ciphertext = await crypto.subtle.encrypt({ name: 'AES-CBC', iv }, key, content)
  const hmac = sequence(objectIdentifier('1.2.840.113549.2.9'), nothing)
  const algorithm = sequence(
    objectIdentifier('1.2.840.113549.1.5.13'),
    sequence(
      sequence(
        objectIdentifier('1.2.840.113549.1.5.12'),
        sequence(octets(salt), integer(iterations), hmac)),
      sequence(objectIdentifier('2.16.840.1.101.3.4.1.42'), octets(iv))))
  return { algorithm, ciphertext: new Uint8Array(ciphertext) }
}

// Fills 64 bytes, a block of SHA-256, or a multiple of it with copies (RFC 7292, B.2).
function filled(pattern) {
  const count = Math.ceil(pattern.length / 64) * 64
  return Uint8Array.from({ length: count }, (_, index) => pattern[index % pattern.length])
}

async function seal(content, password) {
  const count = 2048
  const salt = crypto.getRandomValues(new Uint8Array(16))
  let digest = bytes(new Uint8Array(64).fill(3), filled(salt), filled(utf16(password + '\0')))
  for (let round = 0; round < count; round += 1) {
    digest = new Uint8Array(await crypto.subtle.digest('SHA-256', digest))
  }
  const key = await crypto.subtle.importKey(
    'raw', digest, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', key, content))
  const algorithm = sequence(objectIdentifier('2.16.840.1.101.3.4.2.1'), nothing)
  return sequence(sequence(algorithm, octets(mac)), octets(salt), integer(count))
}

async function makeFile(privateKey, chain, name, password) {
  const [leaf, ...issuers] = chain
  const keyID = new Uint8Array(await crypto.subtle.digest('SHA-256', leaf))
  const attributes = set(
    sequence(objectIdentifier('1.2.840.113549.1.9.20'), set(element(0x1e, utf16(name)))),
    sequence(objectIdentifier('1.2.840.113549.1.9.21'), set(octets(keyID))))
  const certificateBag = (certificate, about) => sequence(
    objectIdentifier('1.2.840.113549.1.12.10.1.3'),
    explicit(sequence(
      objectIdentifier('1.2.840.113549.1.9.22.1'), explicit(octets(certificate)))),
    about)
  const bags = sequence(
    certificateBag(leaf, attributes), ...issuers.map(issuer => certificateBag(issuer, [])))
  const hidden = await encrypt(bags, password)
  const certificatePart = sequence(
    objectIdentifier('1.2.840.113549.1.7.6'),
    explicit(sequence(
      integer(0),
      sequence(dataType, hidden.algorithm, element(0x80, hidden.ciphertext)))))
  const key = await encrypt(
    new Uint8Array(await crypto.subtle.exportKey('pkcs8', privateKey)), password)
  const keyBag = sequence(
    objectIdentifier('1.2.840.113549.1.12.10.1.2'),
    explicit(sequence(key.algorithm, octets(key.ciphertext))),
    attributes)
  const keyPart = sequence(dataType, explicit(octets(sequence(keyBag))))
  const content = sequence(certificatePart, keyPart)
  return sequence(
    integer(3), sequence(dataType, explicit(octets(content))), await seal(content, password))
}

// As the server makes them: without letters and digits that look alike.
function makePassword() {
  const letters = 'abcdefghijkmnpqrstuvwxyz23456789'
  const chance = crypto.getRandomValues(new Uint8Array(24))
  return Array.from(chance, byte => letters[byte & 31]).join('')
}

// --- The form

const part = id => document.getElementById(id)

part('browserKey')?.addEventListener('submit', async event => {
  event.preventDefault()
  const form = event.target
  const button = form.querySelector('button')
  const say = text => { part('browserStatus').textContent = text }
  button.disabled = true
  try {
    say('Making the key. This can take a few seconds.')
    const kind = kinds[form.dataset.kind]
    const pair = await crypto.subtle.generateKey(kind.make, true, ['sign', 'verify'])
    const csr = pem(await makeRequest(kind, pair, form.dataset.name), 'CERTIFICATE REQUEST')
    say('Asking for the certificate.')
    const answer = await fetch(form.dataset.action, {
      method: 'POST', body: new URLSearchParams({ csr }),
    })
    if (!answer.ok) {
      say('The server refused. Load this page again to see how the request stands.')
      return
    }
    const password = makePassword()
    const chain = certificates(await answer.text())
    const file = await makeFile(pair.privateKey, chain, form.dataset.name, password)
    const link = part('browserFile')
    link.href = URL.createObjectURL(new Blob([file], { type: 'application/x-pkcs12' }))
    part('browserPassword').textContent = password
    part('browserResult').hidden = false
    for (const id of ['serverKey', 'browserIntroduction']) part(id).hidden = true
    form.hidden = true
    link.click()
    part('browserTitle').focus()
  } catch (error) {
    say(`The browser cannot do it: ${error.message}`)
  } finally {
    button.disabled = false
  }
})
