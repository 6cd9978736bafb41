// Makes src/phone/voice.ogg: two seconds of a plucked tune, encoded to Opus by Chromium and laid into Ogg pages here.
import { writeFileSync } from 'node:fs'
import { chromium } from 'playwright-core'
import { flags } from '../e2e/browser.mjs'

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: flags })
const page = await browser.newPage()
await page.goto('data:text/html,')
await page.route('http://localhost/', route => route.fulfill({ contentType: 'text/html', body: '' }))
await page.goto('http://localhost/')
const packets = await page.evaluate(async () => {
  const rate = 48000
  const length = rate * 2
  const samples = new Float32Array(length)
  const notes = [392, 466.16, 523.25, 587.33, 523.25, 466.16, 392]
  notes.forEach((pitch, index) => {
    const start = Math.floor((index * length) / (notes.length + 1))
    for (let n = 0; start + n < length; n++) {
      const time = n / rate
      const tone = Math.sin(2 * Math.PI * pitch * time) + 0.4 * Math.sin(4 * Math.PI * pitch * time)
      samples[start + n] += 0.22 * tone * Math.exp(-5 * time) * Math.min(1, n / 200)
    }
  })
  const packets = []
  const encoder = new AudioEncoder({
    output(chunk) {
      const bytes = new Uint8Array(chunk.byteLength)
      chunk.copyTo(bytes)
      packets.push([...bytes])
    },
    error(error) {
      throw error
    },
  })
  encoder.configure({ codec: 'opus', sampleRate: rate, numberOfChannels: 1, bitrate: 20000 })
  const frames = { format: 'f32', sampleRate: rate, numberOfFrames: length, numberOfChannels: 1, timestamp: 0 }
  encoder.encode(new AudioData({ ...frames, data: samples }))
  await encoder.flush()
  return packets
})
await browser.close()

const table = Array.from({ length: 256 }, (_, value) => {
  let crc = value << 24
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1
  return crc >>> 0
})
const checksum = bytes => bytes.reduce((crc, byte) => ((crc << 8) ^ table[((crc >>> 24) ^ byte) & 255]) >>> 0, 0)

let sequence = 0
function oggPage(bodies, granule, flags) {
  const lacing = bodies.flatMap(body => [...Array(Math.floor(body.length / 255)).fill(255), body.length % 255])
  const head = Buffer.alloc(27)
  head.write('OggS')
  head[5] = flags
  head.writeBigUInt64LE(BigInt(granule), 6)
  head.writeUInt32LE(0x43485351, 14)
  head.writeUInt32LE(sequence++, 18)
  head[26] = lacing.length
  const whole = Buffer.concat([head, Buffer.from(lacing), ...bodies.map(body => Buffer.from(body))])
  whole.writeUInt32LE(checksum(whole), 22)
  return whole
}

const skip = 312
const identity = Buffer.alloc(19)
identity.write('OpusHead')
identity[8] = 1
identity[9] = 1
identity.writeUInt16LE(skip, 10)
identity.writeUInt32LE(48000, 12)
const vendor = Buffer.from('Chasqui')
const tags = Buffer.concat([Buffer.from('OpusTags'), Buffer.from([vendor.length, 0, 0, 0]), vendor, Buffer.alloc(4)])
const pages = [oggPage([identity], 0, 2), oggPage([tags], 0, 0)]
for (let at = 0; at < packets.length; at += 40) {
  const some = packets.slice(at, at + 40)
  const last = at + 40 >= packets.length
  pages.push(oggPage(some, (at + some.length) * 960, last ? 4 : 0))
}
writeFileSync(new URL('../src/phone/voice.ogg', import.meta.url), Buffer.concat(pages))
console.log(`${packets.length} packets, ${Buffer.concat(pages).length} bytes`)
