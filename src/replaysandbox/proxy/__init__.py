"""The proxy: mitmproxy, the gate, the wire, the clock, and waiting. mitmproxy's types are known in here only.

How the others use it (importing this package, `ca` or `settings` imports no mitmproxy; `master` does, 0.6 s):

    from replaysandbox.proxy.ca import open_authority
    from replaysandbox.proxy.settings import Engine, ProxySettings
    from replaysandbox.proxy.master import run_proxy

    authority = open_authority(confdir)  # a folder of mode 0700, with a CA made on first use; SandboxError
    authority.certificate_file           # Path: what `ca path` prints, what bundles are made with
    settings = ProxySettings(authority, bind="127.0.0.1", port=4480, password=None,
                             parent=url_for, own_ports={4481})

    async with run_proxy(engine, settings) as proxy:  # on the caller's own loop; SandboxError when busy
        proxy.port, proxy.url                         # 4480, "http://127.0.0.1:4480"
    # here no task, socket or port of ours is left

`engine` is anything that fits `settings.Engine`. `parent(host, scheme)` gives the URL of the proxy through
which a `--pass` host is to be reached, or "" for none (`launch.parent_proxy.ParentProxy.url_for` fits).
"""
