// Start of the administration's page.
import { startDesk } from '../shared/start.js';
import { App } from './app.js';

startDesk(App);
