/** Second hand of the page: ages count on, whatever the connection does (P4). */
export class Clock {
  nowMs = $state(Date.now());

  start(): () => void {
    const timer = setInterval(() => {
      this.nowMs = Date.now();
    }, 1000);
    return () => {
      clearInterval(timer);
    };
  }
}
