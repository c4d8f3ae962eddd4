import { forms } from './find-hits.ts'

const moved = 'Rotate it, for it was seen; then keep it in an existing Secret, an ExternalSecret, or a file encrypted with SOPS, and let values hold only its name.'

/** What each rule says, for reports that explain their rules. */
export const secretRules: Readonly<Record<string, { readonly summary: string; readonly help: string }>> = {
  ...Object.fromEntries(forms.map(({ id, name }) => [`form/${id}`, { summary: `A value that looks like ${name}.`, help: moved }])),
  ...Object.fromEntries(['password', 'key', 'token', 'secret'].map((id) => [`name/${id}`, { summary: `A literal under the name of a ${id}.`, help: moved }])),
  'file/decrypted': { summary: 'A decrypted file that Git tracks.', help: 'Remove it from Git and its history, add *.dec to .gitignore, and rotate what it holds.' },
  'file/beside-encrypted': { summary: 'A file in plain text beside its encrypted form.', help: 'Remove it from Git and its history, and rotate what it holds.' },
  'file/sops-no-mac': { summary: 'A file of SOPS without its MAC.', help: 'Encrypt it anew with sops.' },
  'file/sops-partly': { summary: 'A value in plain text in a file that SOPS encrypts.', help: 'Edit such files with `sops edit` only, and rotate the value.' },
  'file/kubeconfig': { summary: 'A kubeconfig with credentials that Git tracks.', help: 'Remove it from Git and its history, and revoke the credentials.' },
  'file/keystore': { summary: 'A store of keys that Git tracks.', help: 'Remove it from Git and its history, and replace the keys.' },
  'file/env': { summary: 'A .env file that Git tracks.', help: 'Keep it out of Git; commit a .env.example without values.' },
}
