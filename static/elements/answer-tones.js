/**
 * <answer-tones><ol>…</ol></answer-tones>
 *
 * Says by a tone and a vibration whether the answer that came on top of its list is good or refused,
 * for hands and eyes that are with the things. Browsers are silent until somebody has touched the page.
 */
const TONES = {
  good: { pitch: 880, lasts: 0.09, shakes: [60] },
  refused: { pitch: 196, lasts: 0.35, shakes: [90, 60, 90] },
};

class AnswerTones extends HTMLElement {
  connectedCallback() {
    for (const touch of ["pointerdown", "keydown"])
      document.addEventListener(touch, () => (this.sound ??= new AudioContext()), { once: true });
    this.watching = new MutationObserver((changes) => this.answer(changes));
    this.watching.observe(this.querySelector("ol"), { childList: true });
  }

  disconnectedCallback() {
    this.watching.disconnect();
  }

  /** @param {MutationRecord[]} changes */
  answer(changes) {
    const added = changes.flatMap((change) => [...change.addedNodes]);
    const answers = added.filter((node) => node.nodeType === Node.ELEMENT_NODE);
    if (!answers.length) return;
    const tone = answers.some((one) => one.classList.contains("refused")) ? "refused" : "good";
    this.setAttribute("said", tone);
    navigator.vibrate?.(TONES[tone].shakes);
    if (this.sound) this.play(TONES[tone]);
  }

  /** @param {{pitch: number, lasts: number}} tone in Hz and seconds */
  play({ pitch, lasts }) {
    const now = this.sound.currentTime;
    const voice = new OscillatorNode(this.sound, { frequency: pitch });
    const loudness = new GainNode(this.sound, { gain: 0.4 });
    loudness.gain.exponentialRampToValueAtTime(0.01, now + lasts);
    voice.connect(loudness).connect(this.sound.destination);
    voice.start(now);
    voice.stop(now + lasts);
  }
}

customElements.define("answer-tones", AnswerTones);
