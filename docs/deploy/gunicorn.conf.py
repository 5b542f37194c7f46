"""Settings of gunicorn: gunicorn -c gunicorn.conf.py."""

wsgi_app = "server:create_app()"
raw_env = ["FEEDS_CONFIG=/etc/feeds/config.toml"]
bind = "127.0.0.1:8000"
workers = 2
threads = 4
# Seconds; longer than nginx keeps its connections.
keepalive = 75
graceful_timeout = 15
control_socket_disable = True
