import { expect } from 'chai';
import { whyUnreachable } from '../verify/terraform-real.ts';

describe('the check with the real provider', () => {
  it('tells a registry that cannot be reached from a fault of ours', () => {
    const unreachable = [
      'Initializing provider plugins...',
      '╷',
      '│ Error: Failed to query available provider packages',
      '│ ',
      '│ Could not retrieve the list of available versions for provider',
      '│ a/b: could not connect to registry.example.com: no such host',
      '│ ',
      '│ To see which modules are currently depending on a/b and',
      '╵',
    ].join('\n');
    expect(whyUnreachable(unreachable)).to.equal(
      'the provider cannot be had here: Could not retrieve the list of available versions for provider a/b: could not connect to registry.example.com: no such host',
    );
    expect(
      whyUnreachable('Error: Failed to install provider\n\nError while installing a/b v1: 403'),
    ).to.include('v1: 403');
    expect(whyUnreachable('Error: Unsupported argument\n\n  on main.tf line 3')).to.equal(
      undefined,
    );
  });
});
