import { mount } from 'svelte';
import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/trust.css';
import './styles/figures.css';
import './styles/investor.css';
import { App } from './app/app.svelte.ts';
import type { PageConfig } from './app/session.svelte.ts';
import Root from './Root.svelte';

const response = await fetch('/config.json');
const target = document.getElementById('app');
if (target !== null) {
  const config = (await response.json()) as PageConfig;
  mount(Root, { target, props: { createApp: () => new App(config) } });
}
