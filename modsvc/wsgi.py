"""The application for any WSGI server, such as `gunicorn --preload modsvc.wsgi:app`."""

from modsvc import logs
from modsvc.app import create_app
from modsvc.config import Settings
from modsvc.lasting import keep_out_of_collections

settings = Settings.from_environment()
logs.configure(settings.log_level)
app = create_app(settings)
keep_out_of_collections()
# At the first request, and not here: a server may load the application before it forks.
app.before_request(app.extensions["modsvc"].start)
