// The connection to the engine: it breaks and comes back, and what was not answered is asked again.

const UNKNOWN = 4404; // nobody sits there any more: the page asks for another place by itself
const BACK = [300, 1000, 2000, 4000]; // ms until the next try

class Line {
  /** `hear(bytes)` takes an answer, `opened()` asks (again), `broken(text)` says that nobody answers, "" that somebody does. */
  constructor(hear, opened, broken) {
    [this.hear, this.opened, this.broken, this.tries] = [hear, opened, broken, 0];
  }

  open(token) {
    if (this.token === token && this.socket) return;
    this.token = token;
    this.connect();
  }

  connect() {
    this.drop();
    const at = new URL(`grimoire/plate/${this.token}`, document.baseURI);
    at.protocol = at.protocol.replace("http", "ws");
    const socket = new WebSocket(at);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.tries = 0;
      this.broken("");
      this.opened();
    };
    socket.onmessage = ({ data }) => this.hear(new Uint8Array(data));
    socket.onclose = ({ code }) => this.lost(code);
    this.socket = socket;
  }

  lost(code) {
    this.socket = null;
    if (code === UNKNOWN && this.tries > 1) return this.broken("The app was started anew: reload the page to go on.");
    this.broken(this.tries > 0 ? "The connection to the app is lost. It is tried again…" : "");
    this.again = setTimeout(() => this.connect(), BACK[Math.min(this.tries, BACK.length - 1)]);
    this.tries += 1;
    return undefined;
  }

  get ready() { return this.socket?.readyState === WebSocket.OPEN; }

  say(message) { this.socket.send(JSON.stringify(message)); }

  drop() {
    clearTimeout(this.again);
    if (!this.socket) return;
    this.socket.onclose = this.socket.onmessage = this.socket.onopen = null;
    this.socket.close();
    this.socket = null;
  }
}
