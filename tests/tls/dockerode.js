// dockerode over mutual TLS: node dockerode.js HOST PORT FOLDER RUN; prints what it saw as JSON.
const fs = require('fs')
const Docker = require('dockerode')

const [host, port, folder, run] = process.argv.slice(2)
const file = name => fs.readFileSync(`${folder}/${name}.pem`)
const docker = new Docker({host, port, ca: file('ca'), cert: file('cert'), key: file('key'), protocol: 'https', version: 'v1.44'})
const labels = {'sockerless.test': run}

// The output of a stream with frames, once it has ended.
function outputOf (stream) {
  return new Promise((resolve, reject) => {
    const {PassThrough} = require('stream')
    const out = new PassThrough()
    let text = ''
    out.on('data', data => { text += data })
    docker.modem.demuxStream(stream, out, out)
    stream.on('end', () => resolve(text))
    stream.on('error', reject)
  })
}

async function main () {
  const got = {ping: (await docker.ping()).toString()}
  const events = await docker.getEvents({filters: JSON.stringify({event: ['start']})})
  const event = new Promise(resolve => events.once('data', data => resolve(JSON.parse(data).Action)))

  const container = await docker.createContainer({Image: 'alpine', Cmd: ['cat'], Labels: labels, OpenStdin: true, StdinOnce: true})
  const stream = await container.attach({stream: true, stdin: true, stdout: true, stderr: true, hijack: true})
  const output = outputOf(stream)
  await container.start()
  got.event = await event
  events.destroy()
  stream.write('sent\n')
  stream.end('and ended\n')
  got.attach = await output
  got.status = (await container.wait()).StatusCode

  const sleeper = await docker.createContainer({Image: 'alpine', Cmd: ['sleep', '100'], Labels: labels})
  await sleeper.start()
  got.listed = (await docker.listContainers()).some(c => c.Id === sleeper.id)
  const exec = await sleeper.exec({Cmd: ['wc', '-c'], AttachStdin: true, AttachStdout: true, AttachStderr: true})
  const input = await exec.start({hijack: true, stdin: true})
  const count = outputOf(input)
  input.end('x'.repeat(300000))
  got.exec = await count
  got.execStatus = (await exec.inspect()).ExitCode
  await sleeper.remove({force: true})
  console.log(JSON.stringify(got))
  process.exit(0)
}

main().catch(error => {
  console.error(error)
  process.exit(1)
})
