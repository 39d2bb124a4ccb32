/** Arm "rooms": Socket.IO as its documents show it, a room per channel and an emit per update. WebSocket only, no compression. */
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { runArm } from './arm.ts';

const httpServer = createServer();
const io = new Server(httpServer, { transports: ['websocket'], serveClient: false });
io.on('connection', (socket) => {
  socket.on('subscribe', async ({ channel }: { readonly channel: string }, ack: () => void) => {
    await socket.join(channel);
    ack();
  });
});
await runArm(httpServer, ({ channel, item }) => {
  io.to(channel).emit('update', channel, item);
});
