// Sound and vibration that go on until somebody has looked. The tones are made here: two, rising, calm but clear.
(() => {
  "use strict";
  const duty = (window.duty ??= {});
  const EVERY_MS = 2500;
  const TONES = [
    [0.0, 660],
    [0.22, 880],
    [0.44, 660],
    [0.66, 880],
  ];
  const title = document.title;
  let context = null;
  let timer = null;

  function sound() {
    context ??= new AudioContext();
    return context;
  }

  function tone(at, pitch) {
    const voice = context.createOscillator();
    const loudness = context.createGain();
    voice.frequency.value = pitch;
    loudness.gain.setValueAtTime(0.0001, at);
    loudness.gain.exponentialRampToValueAtTime(0.4, at + 0.03);
    loudness.gain.exponentialRampToValueAtTime(0.0001, at + 0.2);
    voice.connect(loudness).connect(context.destination);
    voice.start(at);
    voice.stop(at + 0.21);
  }

  function once() {
    if (sound().state === "running") for (const [after, pitch] of TONES) tone(context.currentTime + after, pitch);
    navigator.vibrate?.([400, 200, 400]);
    duty.alarm.rang += 1;
  }

  duty.alarm = {
    rang: 0,
    get rings() {
      return timer !== null;
    },
    start(words) {
      if (timer !== null) return;
      document.title = `● ${words}`;
      once();
      timer = setInterval(once, EVERY_MS);
    },
    stop() {
      if (timer === null) return;
      clearInterval(timer);
      timer = null;
      document.title = title;
      navigator.vibrate?.(0);
    },
    // Browsers make no sound before the page was touched once.
    async unlock() {
      await sound().resume();
      return context.state === "running";
    },
    async isMute() {
      const { state } = sound();
      return state !== "running";
    },
  };
})();
