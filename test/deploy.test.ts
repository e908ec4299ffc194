/** Do the manifests and units in `deploy/` say what their tools accept, and what the image is? */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../src/config/read.ts';

const deploy = fileURLToPath(new URL('../deploy/', import.meta.url));
const has = (command: string): boolean => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;

interface Manifest {
  readonly kind: string;
  readonly metadata?: { readonly name: string };
  readonly spec?: {
    readonly template?: {
      readonly spec: {
        readonly securityContext: { readonly runAsNonRoot: boolean };
        readonly terminationGracePeriodSeconds: number;
        readonly containers: readonly Container[];
      };
    };
  };
}

interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly securityContext: object;
  readonly resources: { readonly limits: { readonly memory?: string } };
  readonly livenessProbe?: {
    readonly exec?: { readonly command: readonly string[] };
    readonly httpGet?: { readonly path: string };
  };
  readonly readinessProbe?: { readonly httpGet?: { readonly path: string } };
}

describe('deploy/kubernetes', () => {
  const directory = `${deploy}kubernetes/`;
  // The form of Kubernetes.
  const kustomization = parse(readFileSync(`${directory}kustomization.yaml`, 'utf8')) as {
    readonly resources: readonly string[];
  };
  const manifests = kustomization.resources.flatMap((name) =>
    parseAllDocuments(readFileSync(`${directory}${name}`, 'utf8')).map((document) => document.toJS() as Manifest),
  );
  const pods = manifests.flatMap(({ metadata, spec }) =>
    spec?.template === undefined ? [] : [{ name: metadata?.name ?? '', pod: spec.template.spec }],
  );

  it('names every manifest that is there', () => {
    const present = readdirSync(directory).filter((name) => name.endsWith('.yaml') && name !== 'kustomization.yaml');
    expect([...kustomization.resources].sort()).toEqual(present.sort());
  });

  it.each(pods)('runs $name as a user, read-only, within a memory limit, with time to stop', ({ pod }) => {
    expect(pod.securityContext.runAsNonRoot).toBe(true);
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(30);
    for (const { securityContext, resources } of pod.containers) {
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(resources.limits.memory).toMatch(/^\d+[MG]i$/u);
    }
  });

  it('restarts a web server by /healthz alone, and a worker by what it says itself', () => {
    const container = (name: string) => pods.find((each) => each.name === name)?.pod.containers[0];
    expect(container('web')).toMatchObject({
      args: ['start', '--role', 'web'],
      livenessProbe: { httpGet: { path: '/healthz' } },
      readinessProbe: { httpGet: { path: '/readyz' } },
    });
    expect(container('worker')).toMatchObject({
      args: ['start', '--role', 'worker'],
      livenessProbe: { exec: { command: ['/app/container/health'] } },
    });
  });

  it('has a config that is valid', () => {
    const text = readFileSync(`${directory}config/site.yaml`, 'utf8');
    expect(readConfig([{ path: 'site.yaml', name: 'site.yaml', text }], {}).sources).toHaveLength(1);
  });

  it.skipIf(!has('kubectl'))('is what kustomize builds', () => {
    const { status, stdout, stderr } = spawnSync('kubectl', ['kustomize', directory], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    const kinds = parseAllDocuments(stdout).map((document) => (document.toJS() as Manifest).kind);
    expect(kinds).toEqual(
      expect.arrayContaining(['ConfigMap', 'Secret', 'Deployment', 'StatefulSet', 'PodDisruptionBudget']),
    );
  });
});

describe('deploy/systemd', () => {
  const unit = `${deploy}systemd/feedmill.service`;

  it('waits longer for the end than Feedmill takes', () => {
    const seconds = /^TimeoutStopSec=(\d+)$/mu.exec(readFileSync(unit, 'utf8'))?.[1];
    expect(Number(seconds)).toBeGreaterThan(30);
  });

  it.skipIf(!has('systemd-analyze'))('is what systemd accepts', () => {
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  });
});

describe('deploy/quadlet', () => {
  it('asks after the health by the program of the image, and names a volume that is there', () => {
    const text = readFileSync(`${deploy}quadlet/feedmill.container`, 'utf8');
    expect(text).toMatch(/^HealthCmd=\/app\/container\/health$/mu);
    for (const [, volume = ''] of text.matchAll(/^Volume=(\w+\.volume):/gmu)) {
      expect(existsSync(`${deploy}quadlet/${volume}`)).toBe(true);
    }
  });
});
