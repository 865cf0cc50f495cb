FROM python:3.13-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PENUMBRA_DATA=/data
WORKDIR /app

COPY requirements.txt .
RUN pip install --no-cache-dir --disable-pip-version-check -r requirements.txt

COPY . .
RUN python -m inventory.translations
RUN useradd --system --uid 10001 --no-create-home penumbra \
    && install -d -o penumbra -g penumbra -m 700 /data
USER penumbra
VOLUME /data
EXPOSE 8000

CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--no-control-socket", "--workers", "2", "--threads", "4", "--access-logfile", "-"]
