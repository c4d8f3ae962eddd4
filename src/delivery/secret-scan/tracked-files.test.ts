import { describe, expect, it } from 'vitest'
import { decryptedFiles, trackedFindings } from './tracked-files.ts'

const encrypted = 'password: ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]\n'
const sops = (more = '') => `sops:\n  version: 3.9.0\n  lastmodified: "2026-01-01T00:00:00Z"\n${more}`
const mac = '  mac: ENC[AES256_GCM,data:m,iv:y,tag:z,type:str]\n'

const found = (files: Record<string, string>) => trackedFindings(Object.keys(files), (path) => files[path]).map((f) => `${f.file}:${f.line} ${f.rule}${f.path === '' ? '' : ` ${f.path}`}`)

describe('files that Git tracks', () => {
  it.each([
    ['a decrypted file', { 'secrets.yaml.dec': 'a: b' }, ['secrets.yaml.dec:1 file/decrypted']],
    ['a decrypted file, as helm-secrets may be told to name it', { 'env/secrets.dec.yaml': 'a: b' }, ['env/secrets.dec.yaml:1 file/decrypted']],
    ['a file beside its encrypted form', { 'secrets.yaml': 'a: b', 'secrets.enc.yaml': `${encrypted}${sops(mac)}` }, ['secrets.yaml:1 file/beside-encrypted']],
    ['the same with the ending last', { 'prod.env': 'A=b', 'prod.env.sops': 'x' }, ['prod.env:1 file/beside-encrypted']],
    ['SOPS without a MAC', { 'a.yaml': `${encrypted}${sops()}` }, ['a.yaml:3 file/sops-no-mac sops']],
    ['SOPS with a value in plain text', { 'a.yaml': `${encrypted}token: plain\n${sops(mac)}` }, ['a.yaml:2 file/sops-partly token']],
    ['SOPS with a value that its expression covers', { 'a.yaml': `data:\n  a: plain\nkind: Secret\n${sops(`${mac}  encrypted_regex: ^(data|stringData)$\n`)}` }, ['a.yaml:2 file/sops-partly data.a']],
    ['a kubeconfig', { 'kubeconfig': 'kind: Config\nusers:\n  - name: a\n    user:\n      token: abc\n' }, ['kubeconfig:1 file/kubeconfig']],
    ['a key store', { 'tls/server.p12': '' }, ['tls/server.p12:1 file/keystore']],
    ['a .env file', { '.env.production': 'A=b' }, ['.env.production:1 file/env']],
  ])('are told: %s', (_, files, expected) => {
    expect(found(files)).toEqual(expected)
  })

  it.each<[string, Record<string, string>]>([
    ['what SOPS encrypted wholly', { 'a.yaml': `${encrypted}${sops(mac)}`, 'secrets.dec.yaml': `${encrypted}${sops(mac)}` }],
    ['what SOPS is told to leave', { 'a.yaml': `${encrypted}kind: Secret\nname_unencrypted: x\n${sops(`${mac}  unencrypted_suffix: _unencrypted\n  encrypted_regex: ^password$\n`)}` }],
    ['a file whose encrypted form has another name', { 'values.yaml': 'a: b', 'secrets.enc.yaml': `${encrypted}${sops(mac)}` }],
    ['a kubeconfig that runs a program for its token', { 'kubeconfig.yaml': 'kind: Config\nusers:\n  - name: a\n    user:\n      exec: {command: aws}\n' }],
    ['examples of .env files', { '.env.example': 'A=b', '.env.sample': 'A=b' }],
    ['stores of what is trusted', { 'truststore.jks': '' }],
    ['an empty file', { 'secrets.yaml.dec': '' }],
    ['what is no YAML', { 'a.yaml': 'sops: [\n' }],
  ])('are let pass: %s', (_, files) => {
    expect(found(files)).toEqual([])
  })

  it('name the decrypted ones for rules', () => {
    const findings = trackedFindings(['a.dec', '.env', 'b.p12'], () => 'x: y')
    expect(decryptedFiles(findings)).toEqual(['a.dec'])
  })

  it("run nobody's expression", () => {
    const text = `a: plain\n${sops(`${mac}  encrypted_regex: (a+)+$\n`)}`
    expect(found({ 'a.yaml': text })).toEqual([])
  })
})
