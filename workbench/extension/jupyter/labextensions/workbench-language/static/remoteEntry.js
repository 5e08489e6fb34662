// What JupyterLab loads: it hands over the modules it shares, and is given the plugin. There is no build step; the rest is ES modules.
(() => {
  const here = document.currentScript.src;
  let shared;

  // The one version of a module that JupyterLab shares.
  const take = async (name) => {
    const [version] = Object.values(shared[name] ?? {});
    if (!version) throw new Error(`JupyterLab shares no ${name}`);
    return (await version.get())();
  };

  (window._JUPYTERLAB ??= {})["workbench-language"] = {
    init: (scope) => { shared = scope; },
    get: async () => {
      const { plugin } = await import(new URL("plugin.js", here));
      const found = await plugin(take);
      return () => ({ __esModule: true, default: found });
    },
  };
})();
