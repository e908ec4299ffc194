/** A certificate authority for one run, and a certificate for all hosts of the bench. Needs openssl. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface BenchCertificate {
  readonly ca: string;
  readonly key: string;
  readonly cert: string;
}

export async function makeCertificate(addresses: readonly string[]): Promise<BenchCertificate> {
  const directory = await mkdtemp(join(tmpdir(), 'feedmill-ca-'));
  const openssl = (...args: readonly string[]) => promisify(execFile)('openssl', args, { cwd: directory });
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-x509', '-days', '2'];
  try {
    await openssl('req', ...curve, '-subj', '/CN=Bench CA', '-keyout', 'ca-key.pem', '-out', 'ca.pem');
    const names = [...new Set(addresses)].map((address) => `IP:${address}`).join(',');
    const signed = ['-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-addext', `subjectAltName=${names}`];
    const leaf = ['-subj', '/CN=bench', '-addext', 'basicConstraints=critical,CA:FALSE'];
    await openssl('req', ...curve, ...leaf, ...signed, '-keyout', 'key.pem', '-out', 'cert.pem');
    const read = (name: string): Promise<string> => readFile(join(directory, name), 'utf8');
    const [ca, key, cert] = await Promise.all([read('ca.pem'), read('key.pem'), read('cert.pem')]);
    return { ca, key, cert };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
