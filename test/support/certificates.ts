/** Certificates made at run time with openssl: a root, an intermediate, and a server's with the address of its issuer. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Issued {
  readonly cert: string;
  readonly key: string;
}

export interface Authority extends Issued {
  /** The certificate in DER, as it is offered for download. */
  readonly der: Buffer;
  /** The same in a "certs-only" CMS message. */
  readonly message: Buffer;
  /** A certificate signed by this one; `extensions` in openssl's words, one a line. */
  issueAuthority(name: string, extensions?: readonly string[]): Authority;
  issueServer(extensions?: readonly string[]): Issued;
}

export interface CertificateMaker {
  root(name: string): Authority;
  close(): void;
}

const CA = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'];
const SERVER = ['basicConstraints=CA:FALSE', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];

export function createCertificateMaker(): CertificateMaker {
  const directory = mkdtempSync(join(tmpdir(), 'feedmill-certificates-'));
  const at = (name: string): string => join(directory, name);
  const openssl = (...parts: readonly string[]): Buffer => execFileSync('openssl', parts, { stdio: 'pipe' });
  let made = 0;

  function issue(name: string, extensions: readonly string[], issuer?: string): string {
    const file = `c${(made += 1)}`;
    openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', at(`${file}.key`));
    openssl('req', '-new', '-key', at(`${file}.key`), '-subj', `/CN=${name}`, '-out', at(`${file}.csr`));
    writeFileSync(at(`${file}.ext`), extensions.join('\n'));
    const signer =
      issuer === undefined
        ? ['-signkey', at(`${file}.key`)]
        : ['-CA', at(`${issuer}.pem`), '-CAkey', at(`${issuer}.key`), '-CAcreateserial'];
    const of = ['x509', '-req', '-in', at(`${file}.csr`), '-days', '2', '-extfile', at(`${file}.ext`)];
    openssl(...of, ...signer, '-out', at(`${file}.pem`));
    return file;
  }

  function read(file: string): Issued {
    return { cert: readFileSync(at(`${file}.pem`), 'utf8'), key: readFileSync(at(`${file}.key`), 'utf8') };
  }

  function authority(file: string): Authority {
    return {
      ...read(file),
      der: openssl('x509', '-in', at(`${file}.pem`), '-outform', 'DER'),
      message: openssl('crl2pkcs7', '-nocrl', '-certfile', at(`${file}.pem`), '-outform', 'DER'),
      issueAuthority: (name, extensions = []) => authority(issue(name, [...CA, ...extensions], file)),
      issueServer: (extensions = []) => read(issue('localhost', [...SERVER, ...extensions], file)),
    };
  }

  return {
    root: (name) => authority(issue(name, CA)),
    close: () => {
      rmSync(directory, { recursive: true });
    },
  };
}

/** The extension by which a certificate says where that of its issuer is to be had. */
export function issuerAt(url: string): string {
  return `authorityInfoAccess=caIssuers;URI:${url}`;
}
